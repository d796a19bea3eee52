"""The rule of who sees what, said a second time in the database: one policy a table.

They read what `record.scope` names to a transaction. A subquery without a table is computed once a statement; one with
`OFFSET 0` is asked by index of the row at hand, and never by reading a whole table beforehand. Subjects, who takes part
in them and what points to them are read off their declarations.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import ForeignKey

from bihuan.duties.queries import LADDERS
from bihuan.kernel.rights import Rights
from bihuan.record.stream import LAGS
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY
from bihuan.walls.roles import WORKER

_SAID = "current_setting('bihuan.scope', true)"
_SCOPE = (
    f"(SELECT CASE {_SAID} WHEN 'system' THEN"
    f" CASE WHEN pg_has_role('{WORKER}', 'MEMBER') THEN 'system' ELSE 'acting' END ELSE {_SAID} END)"
)
"""What a transaction says of itself. The clock's hand in an answer of the site, as where a case that ends takes its
candidate off the list, is shown the rows of the jurisdiction that it names, like any command there."""
_PLACE = "(SELECT current_setting('bihuan.jurisdiction', true))"
_UNITS = "(SELECT nullif(current_setting('bihuan.units', true), '')::text[])::text[]"
"""The cast makes it one array: without it `ANY` would look for rows."""
_SEATS = "(SELECT nullif(current_setting('bihuan.seats', true), '')::text[])::text[]"
_OWN = "(SELECT nullif(current_setting('bihuan.own', true), ''))"
_ACCOUNT = "(SELECT nullif(current_setting('bihuan.account', true), ''))"

_JOB = f"{_SCOPE} = 'system'"
_WRITER = f"{_SCOPE} IN ('system', 'acting')"
_OFFICIAL = f"{_SCOPE} IN ('acting', 'reading')"

_STANDING: dict[str, list[Kind]] = {}
for _kind in REGISTRY:
    _STANDING.setdefault(_kind.row._meta.db_table, []).append(_kind)
"""Table → the kinds of subject that stand in it."""
_SUBJECTS = [(", ".join(f"'{kind.word}'" for kind in kinds), table) for table, kinds in _STANDING.items()]
_KINDS = ", ".join(kinds for kinds, _ in _SUBJECTS)


def _taking_part(kind: Kind) -> str:
    columns = f"{kind.life.sight.of}, unit, posts"
    return f"SELECT {columns} FROM {kind.parts._meta.db_table} WHERE until IS NULL"  # noqa: S608 declared names only


VIEWS = {
    **{kind.life.sight.taking_part: _taking_part(kind) for kind in REGISTRY},
    "cases_words": "SELECT case_id, words FROM cases_casetext",
    "cases_grams": "SELECT case_id, grams FROM cases_casetext",
    "matters_grams": "SELECT id AS matter_id, grams FROM matters_matter",
    "joint_grams": "SELECT id AS undertaking_id, grams FROM joint_undertaking",
    "record_lags": LAGS,
    "duties_ladders": LADDERS,
    "duties_owing": (
        "SELECT jurisdiction, holder, post, kind, count(*) AS n FROM duties_duty WHERE discharged_at IS NULL"
        " GROUP BY jurisdiction, holder, post, kind"
    ),
}
"""Read with the owner's rights: who takes part, by which the policies decide; the index of grams, which no policy could
let a search use (what a search finds is shown by the policy of the case; `cases_words` is for processes of the version
before); how much a unit owes, not on what; how far behind the ladder and the stream are."""

FUNCTIONS = {
    "cases_holding(sought int4[], said text[], newest int, often int, most int) RETURNS bigint[]": """
SELECT CASE WHEN (
  SELECT count(*) FROM (
    SELECT FROM (SELECT grams FROM cases_casetext ORDER BY case_id DESC LIMIT newest) last
    WHERE grams @> sought LIMIT often) met) < often
THEN (
  SELECT CASE WHEN count(*) <= most THEN coalesce(array_agg(case_id) FILTER (WHERE holds), '{}') END FROM (
    SELECT case_id, NOT EXISTS (SELECT FROM unnest(said) term WHERE strpos(folded, term) = 0) AS holds
    FROM cases_casetext WHERE grams @> sought LIMIT most + 1) having_grams)
END""",
}
"""Work with the owner's rights, too, and tell no more than the views of grams: which texts hold what is looked for. The
policy of the case decides what of it is shown; `strpos`, which might tell of its text by an error, would be asked after
it, once for each of thousands."""


_SHOWN = "walls_shown"


def _shown() -> str:
    """Asks the one table in which subjects of that kind stand."""
    asked = "\n".join(
        f"    WHEN {kinds} THEN RETURN EXISTS (SELECT FROM public.{table} s WHERE s.number = its);"
        for kinds, table in _SUBJECTS
    )
    return f"BEGIN\n  CASE word\n{asked}\n    ELSE RETURN false;\n  END CASE;\nEND"


ASKING = {f"{_SHOWN}(word text, its text) RETURNS boolean": _shown()}
"""Work with the rights of whoever asks: whether a subject is shown is the policy of its own table. Written out beside
every row that names a subject, the policies of all tables of subjects would have to be planned with every statement,
which took longer than to carry it out. Tables are named with their schema: what stands in its text is looked up when it
is called, and a table of the same name that somebody made for themselves would be found first."""


def _in_place(*ways: str) -> str:
    """Rows of the actor's jurisdiction: all of them for a command, in the given ways for whoever reads."""
    any_way = " OR ".join([f"{_SCOPE} = 'acting'", *ways])
    return f"{_JOB} OR jurisdiction = {_PLACE} AND ({any_way})"


def _by_post(parts: str) -> str:
    """That a part is taken by the whole unit, or by one of the actor's posts in it."""
    named = f"SELECT FROM unnest({parts}.posts) post WHERE {parts}.unit || ' ' || post = ANY ({_SEATS})"
    return f"{parts}.unit = ANY ({_UNITS}) AND ({parts}.posts = '{{}}' OR EXISTS ({named}))"


def _subject(parts: str, of: str) -> str:
    taking_part = f"SELECT FROM {parts} p WHERE p.{of} = id AND {_by_post('p')} OFFSET 0"
    return f"{_SCOPE} = 'reading' AND EXISTS ({taking_part})"


def _of(table: str, key: str, value: str) -> str:
    return f"EXISTS (SELECT FROM {table} s WHERE s.{key} = {value} OFFSET 0)"


def _below(table: str, key: str, value: str) -> str:
    """Rows that belong to one of another table: seen with it."""
    return f"{_WRITER} OR {_of(table, key, value)}"


def _named(table: str) -> str:
    """Rows that name their subject as `kind:number`: seen with it."""
    word = f"split_part({table}.subject, ':', 1)"
    return f"{_SHOWN}({word}, substr({table}.subject, length({word}) + 2))"


def _beside(table: str) -> str:
    """Rows that stand beside a subject of some kind: seen with it."""
    return f"{table}.subject_kind IN ({_KINDS}) AND {_SHOWN}({table}.subject_kind, {table}.subject_number)"


def _standing() -> Iterator[tuple[str, str]]:
    """Subjects, seen by who takes part in them; and who does, seen by whoever does, and with the subject."""
    for table, (kind, *_) in _STANDING.items():
        sight, parts = kind.life.sight, kind.parts._meta.db_table
        own = [f"{_SCOPE} = 'own' AND number = {_OWN}"] if kind.of_requester else []
        yield table, _in_place(_subject(sight.taking_part, sight.of), *own)
        yield parts, f"{_by_post(parts)} OR {_below(table, 'id', f'{parts}.{sight.of}')}"


def _pointing() -> Iterator[tuple[str, str]]:
    """Whatever points to a subject: seen with it; of several with the uppermost."""
    rows = [kind.row for kind in REGISTRY]
    known = {*rows, *(kind.parts for kind in REGISTRY)}
    for model in apps.get_models():
        keys = [key for key in model._meta.concrete_fields if isinstance(key, ForeignKey) and key.related_model in rows]
        if keys and model not in known:
            table, key = model._meta.db_table, max(keys, key=lambda key: rows.index(key.related_model))
            below, its = key.related_model._meta.db_table, str(key.target_field.column)
            yield table, _below(below, its, f"{table}.{key.column}")


def _of_duties() -> Iterator[tuple[str, str]]:
    """Whatever points to a duty: seen with it."""
    duties = "duties_duty"
    for model in apps.get_models():
        keys = [key for key in model._meta.concrete_fields if isinstance(key, ForeignKey)]
        for key in (key for key in keys if key.related_model._meta.db_table == duties):
            table = model._meta.db_table
            yield table, _below(duties, "id", f"{table}.{key.column}")


def _of_unit(table: str) -> str:
    """Rows of one's units and of the units whose portfolio one has, and those of what one sees."""
    portfolio = f"SELECT FROM joint_portfolio p WHERE p.unit = {table}.unit AND p.account = {_ACCOUNT}"
    covered = f"EXISTS ({portfolio} AND p.until_on IS NULL OFFSET 0)"
    return _in_place(
        f"{_SCOPE} = 'reading' AND ({table}.unit = ANY ({_UNITS}) OR {covered})",
        f"{_SCOPE} = 'reading' AND {_named(table)}",
    )


_SAYING = ((model._meta.db_table, getattr(model, "rights", None)) for model in apps.get_models())
_RIGHTS = {table: rights for table, rights in _SAYING if isinstance(rights, Rights)}
"""Table → what its model says that the roles may do."""
_SEEN_BY = {"place": _in_place(f"{_SCOPE} = 'reading'"), "account": _in_place(f"account = {_ACCOUNT}")}
SEEN = {
    **dict(_standing()),
    **dict(_pointing()),
    "duties_duty": _in_place(f"holder = ANY ({_UNITS})", _named("duties_duty")),
    **dict(_of_duties()),
    "record_event": _in_place(
        _named("record_event"),
        f"{_SCOPE} = 'reading' AND split_part(subject, ':', 1) NOT IN ({_KINDS})",
    ),
    **{table: _SEEN_BY[rights.seen] for table, rights in _RIGHTS.items() if rights.seen in _SEEN_BY},
    **{table: _of_unit(table) for table, rights in _RIGHTS.items() if rights.seen == "unit"},
    "drafts_draft": _in_place(f"account = {_ACCOUNT}"),
    "notices_notice": _in_place(f"account = {_ACCOUNT}"),
    "commitments_commitment": _in_place(_named("commitments_commitment")),
    "instructions_instruction": _in_place(_named("instructions_instruction")),
    "attachments_attachment": _in_place(
        f"subject_number IS NULL AND uploaded_by = {_ACCOUNT}",
        _beside("attachments_attachment"),
    ),
    "documents_document": _in_place(_beside("documents_document")),
    "requesters_requester": _in_place(
        f"{_SCOPE} = 'reading'",
        *(
            _of(table, "requester", "requesters_requester.id")
            for table, kinds in _STANDING.items()
            if kinds[0].of_requester
        ),
    ),
    "requesters_look": f"{_JOB} OR jurisdiction = {_PLACE} AND {_OFFICIAL}",
}
"""Table → which of its rows are shown."""

_WALLED = (
    *_STANDING,
    *(table for table, rights in _RIGHTS.items() if rights.seen),
    "duties_duty",
    "record_event",
    "drafts_draft",
    "notices_notice",
    "commitments_commitment",
    "instructions_instruction",
    "attachments_attachment",
    "documents_document",
)


def written(table: str) -> str:
    """Which rows may be written: by commands and jobs alone, and by a command in its own jurisdiction."""
    here = f"{_JOB} OR {_SCOPE} = 'acting' AND jurisdiction = {_PLACE}"
    return here if table in (*_WALLED, "requesters_requester", "requesters_look") else _WRITER


WITHHELD = {
    **{table: rights.may for table, rights in _RIGHTS.items() if rights.may},
    "requesters_look": "INSERT, SELECT",
    "django_migrations": "SELECT",
    "django_content_type": "SELECT",
    "auth_group": "SELECT",
    "auth_group_permissions": "SELECT",
    "auth_permission": "SELECT",
    "organisations_jurisdiction": "SELECT, UPDATE (second_factor, clock_offset)",
}
"""Tables of which the roles of the site and of its jobs may do no more than this."""

_WRITTEN_AGAIN = {
    table: frozenset(columns.split())
    for table, columns in {
        "access_factor": "sealed begun_at confirmed_at last_step codes",
        "access_signin": "strong seen_at ended_at",
        "attachments_attachment": "subject_kind subject_number state checked_at finding name",
        "cases_casetext": "folded grams words",
        "cases_participation": "until departure",
        "commitments_commitment": "standing claimed_at result due_on times unit number",
        "determination_contact": "until_on",
        "determination_specialreport": "leader instruction unit due_at designated_at",
        "dispatch_answer": "signed_off_by signed_off_at",
        "dispatch_extensionrequest": "decided_at granted",
        "documents_document": "sheet state pdf word pdf_trouble word_trouble sha256 pages",
        "drafts_draft": "jurisdiction subject version sealed saved_at",
        "duties_figurecount": "counted_at again_from",
        "duties_interruption": "until_at",
        "duties_limitoverride": "until_on",
        "duties_step": "taken_at outcome made event attempts again_at why",
        "floodgate_bucket": "left at",
        "instructions_instruction": "holder settled_by verified_at denied_at units",
        "intake_columnplan": "columns agreed",
        "intake_publicsite": "channel open",
        "joint_districtreport": "instructed_at instruction_by instruction",
        "joint_liaison": "until_on",
        "joint_portfolio": "until_on",
        "joint_whistletopic": "until_on",
        "ledgers_export": "state done cut total ready_at expires_at trouble size fetched",
        "ledgers_savedview": "by unit query default",
        "localities_locality": "name full_name folded renamed ended_on",
        "mailbags_mailbag": ("name expires_at reading state round share lines registered known rejected may trouble"),
        "matters_feedback": "proof signer signer_name acting seal opinion submitted_by submitted_at",
        "matters_participation": "until departure",
        "notices_notice": "read_at",
        "organisations_apitoken": "expires_at revoked_at",
        "organisations_appointment": "until_on",
        "organisations_channeldesk": "until_on",
        "organisations_person": "password last_login is_active provisional",
        "organisations_proposedappointment": "settled_at settled_by",
        "organisations_proposedversion": "settled_at settled_by",
        "organisations_responsibilityentry": "until_on",
        "organisations_unit": "name parent_id superior_body active ended_on",
        "organisations_unitending": "done_at called_off_at",
        "record_onceness": "status answer",
    }.items()
} | {table: frozenset(rights.again.split()) for table, rights in _RIGHTS.items() if rights.again}

LASTING = {
    table: frozenset(columns.split())
    for table, columns in {
        "cases_case": "id number jurisdiction pack channel requester anonymous registered_at registered_by",
        "determination_determination": "id number jurisdiction pack case_id started_at started_by",
        "determination_referral": "id number jurisdiction pack case_id unit started_at started_by",
        "duties_duty": "id jurisdiction subject kind norm clause pack opened_at first_due_at",
        "instructions_leaderinstruction": "id number jurisdiction pack started_at started_by",
        "joint_form": "id case_id kind",
        "joint_participation": "id undertaking_id unit part since",
        "joint_undertaking": "id number kind jurisdiction pack case_id started_at started_by",
        "matters_matter": "id number jurisdiction pack case_id proposed_at proposed_by",
        "matters_round": "id matter_id round entered_at",
        "requesters_requester": "id jurisdiction",
        "supervision_directive": "id number kind jurisdiction pack started_at started_by",
    }.items()
} | {table: frozenset(rights.lasting.split()) for table, rights in _RIGHTS.items() if rights.lasting}
"""Table of what moves along a stage table, or has most of its columns written again → those that never are."""
_PARTS = {kind.parts._meta.db_table for kind in REGISTRY} - LASTING.keys()
CHANGING = {**dict.fromkeys(sorted(_PARTS), frozenset({"until"})), **_WRITTEN_AGAIN}
"""Table → the columns that something of ours writes again: of who takes part, at least until when. What personal data
are erased of is written again too."""

SEALING = ("record_seal", "record_sealleaf")
"""Tables into which the jobs alone write: what is sealed is not for a process that strangers reach."""

DELETING = {
    **{table: rights.deleted_by for table, rights in _RIGHTS.items() if rights.deleted_by},
    "access_factor": ("access.commands.reset_second_factor",),
    "access_signin": ("access.commands.sweep",),
    "attachments_attachment": ("attachments.commands._take_away", "attachments.commands._make_room"),
    "commitments_commitment": ("commitments.commands.put_down",),
    "drafts_draft": tuple(f"drafts.commands.{name}" for name in ("keep", "drop", "drop_on", "drop_of", "forget")),
    "duties_dutyfigure": ("duties.commands.count_figures",),
    "duties_dutystanding": ("duties.commands.count_figures",),
    "floodgate_bucket": ("floodgate.commands.sweep", "floodgate.commands.forget"),
    "ledgers_savedview": ("ledgers.commands.drop_view",),
    "notices_notice": ("notices.commands.forget",),
    "record_onceness": ("record.commands.forget_answers",),
}
"""Table → who deletes from it: the site's role deletes from no other one, but for those of libraries."""

LIBRARIES = ("django_session", "axes_", "procrastinate_")
"""How tables are named which libraries write and from which they delete: sign-ins that ended, failures forgiven, jobs
done."""

OPEN = {
    **{table: rights.open for table, rights in _RIGHTS.items() if rights.open},
    "record_onceness": "按账户与键取，内容加密",
}
"""Tables of the record that stand open to the role, and why that is right."""
