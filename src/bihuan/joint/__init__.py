"""Joint handling (首接联动、吹哨报到): units that settle one case together, under one lead."""
