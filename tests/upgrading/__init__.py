"""Databases of older releases, brought to this one."""
