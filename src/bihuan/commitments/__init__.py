"""What was promised to a requester (承诺事项): by whom, until when, and whether it was kept."""
