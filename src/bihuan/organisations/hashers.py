"""How one-time passwords are kept until they are changed: by less work than passwords that people think of."""

from django.contrib.auth.hashers import Argon2PasswordHasher, get_hasher


class OneTimeHasher(Argon2PasswordHasher):
    """Argon2id with the least work: for random passwords of 79 bits, of which nobody tries so many, whatever one costs.

    The full work makes guesses dear where people choose; a city of 300 people waited 80 s of a processor for it. A hash
    of this kind holds until the first sign-in: that makes a full one of it (Django's upgrade), and then the password
    must be changed. A wrong guess takes as long as with any other account, so that nobody learns whose password is one.
    """

    algorithm = "argon2once"
    time_cost = 1
    memory_cost = 1024
    parallelism = 1

    def verify(self, password: str, encoded: str) -> bool:
        """Whether it is the password."""
        if super().verify(password, encoded):
            return True
        usual = get_hasher()
        usual.encode(password, usual.salt())
        return False
