"""Figures: each measured beside its limit, in the same run, on the same machine.

`make bench` runs them all and prints one JSON object; `make bench BENCH=lifecycle` runs one.
"""
