"""What the database itself shows to whom: policies of its rows, and the role as which the site works."""
