"""What somebody has typed and not sent yet: kept for them alone, until it is sent, thrown away or two weeks old."""
