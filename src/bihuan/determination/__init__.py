"""Whose a case is (责任主体认定), special reports on gaps (专报), and referrals of units that refuse (移交)."""
