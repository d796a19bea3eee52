"""Meetings (工作会商会议): planned every month or ad hoc, held, minuted, signed; what is decided binds units."""
