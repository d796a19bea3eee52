"""Sessions as Django keeps them, but read by one plain statement: every page asks for its session before anything
else, and Django would put the same query together each time."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

_KEPT = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """What `SESSION_ENGINE` names."""

    def load(self) -> dict[str, Any]:
        """What the session holds; of one that is not there, or over, nothing, and it has no key any more."""
        with connection.cursor() as cursor:
            cursor.execute(_KEPT, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))
