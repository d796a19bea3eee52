"""The two numbers of a matter: its own from the first day, and its number in the list once it is entered."""


def matter_number(prefix: str, year: int, sequence: int) -> str:
    """HNQD + 2025 + H0007: what addresses and the record call it; dropped candidates keep theirs."""
    return f"{prefix}{year}H{sequence:04d}"


def list_number(prefix: str, year: int, sequence: int) -> str:
    """HNQD〔2025〕007: gapless within a year, given at the entry in the ledger, kept when it is reopened."""
    return f"{prefix}〔{year}〕{sequence:03d}"
