"""寄出: what goes out of the house over the network. Only jobs call it, and it knows no table."""
