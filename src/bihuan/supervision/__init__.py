"""Supervision (监督督办): how a unit is urged, reminded and called to account about what it owes."""
