"""What a user fills in for an act: one typed form for page, API and console."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from bihuan.kernel.norm import Norm

When = TypeVar("When", date, datetime)


def whole_minute(moment: datetime) -> datetime:
    """The minute in which a moment lies."""
    return moment.replace(second=0, microsecond=0)


def is_before(typed: datetime, moment: datetime | None) -> bool:
    """Whether what was typed to the minute lies before the minute in which something happened."""
    return moment is not None and typed < whole_minute(moment)


class Fields(BaseModel):
    """Base of all forms: unknown fields are refused, white space around text is dropped.

    Titles are the Chinese labels. `json_schema_extra={"widget": …}` tells a page which control to
    offer: "text" (several lines), "unit", "units", "attachments".
    """

    only_with: ClassVar[Mapping[str, tuple[str, Collection[str]]]] = {}
    """Field → the field and its values with which alone it is asked for."""
    of_norms: ClassVar[Mapping[str, Norm | tuple[Norm, ...]]] = {}
    """Field → the norm by which there is something to say, or several of them: where a regulation leaves one off, it is
    not asked for."""
    on_site: ClassVar[bool] = False
    """Whether it is filled in standing at the place, with a telephone in one hand."""
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True, use_enum_values=False)

    @classmethod
    def left_off(cls, binds: Callable[[Norm], bool]) -> frozenset[str]:
        """The fields that a regulation does not have."""
        wanted = {name: said if isinstance(said, tuple) else (said,) for name, said in cls.of_norms.items()}
        return frozenset(name for name, said in wanted.items() if not all(map(binds, said)))

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """What of several fields does not go together: the field beside which it is told, and the words.

        `said` holds what is sound by itself; what is not is absent, and nothing more is told of it. So all that is
        wrong with a form is told at once, each beside its field.
        """
        return ()

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, data: Any, sound: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            made = sound(data)
        except ValidationError as invalid:
            wrong = invalid.errors(include_url=False)
            blamed = {str(error["loc"][0]) for error in wrong if error["loc"]}
            more = [pair for pair in cls.together(_sound(cls, data, blamed)) if pair[0] not in blamed]
            if not more:
                raise
            told = [cast("InitErrorDetails", {k: v for k, v in error.items() if k in _TOLD}) for error in wrong]
            raise ValidationError.from_exception_data(cls.__name__, [*told, *map(_beside, more)]) from None
        if more := list(cls.together({name: getattr(made, name) for name in cls.model_fields})):
            raise ValidationError.from_exception_data(cls.__name__, list(map(_beside, more)))
        return made


_TOLD = ("type", "loc", "input", "ctx")


def _beside(said: tuple[str, str]) -> InitErrorDetails:
    name, words = said
    return InitErrorDetails(type="value_error", loc=(name,), input=None, ctx={"error": ValueError(words)})


def _sound(form: type[Fields], data: Any, blamed: Collection[str]) -> dict[str, Any]:
    """What is sound of what was said, with the defaults of what was not said."""
    typed = data if isinstance(data, Mapping) else {}
    return {
        name: _adapter(form, name).validate_python(typed[name]) if name in typed else info.get_default()
        for name, info in form.model_fields.items()
        if name not in blamed
    }


@lru_cache(maxsize=1024)
def _adapter(form: type[Fields], name: str) -> TypeAdapter[Any]:
    return TypeAdapter(form.model_fields[name].rebuild_annotation(), config=ConfigDict(str_strip_whitespace=True))


def _clean(text: str) -> str:
    if "\x00" in text:
        raise ValueError("文字中含有不可识别的字符，请删去后重填")
    return text


def _not_blank(text: str) -> str:
    if not text:
        raise ValueError("请填写")
    return text


def _in_our_time(when: When) -> When:
    if not 1992 < when.year < 2100:
        raise ValueError("年份须在1993年至2099年之间")
    return when


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
"""A moment with its zone, within the years that the working calendar knows."""
Day = Annotated[date, AfterValidator(_in_our_time)]
"""A day within the years that the working calendar knows."""


def on_free_day(of: str) -> bool:
    """A tick beside a day that a person sets: it may be a day off. Pages ask for it once there is doubt."""
    said: bool = Field(
        False,
        title="休息日到期",
        description="这一天是休息日，确认就在这一天到期的，勾选后提交",
        json_schema_extra={"confirms": of},
    )
    return said


Line = Annotated[str, AfterValidator(_clean), Field(max_length=200)]
"""One line of text; may be empty."""
Text = Annotated[str, AfterValidator(_clean), Field(max_length=20_000, json_schema_extra={"widget": "text"})]
"""Several lines of text; may be empty."""
RequiredLine = Annotated[Line, AfterValidator(_not_blank)]
RequiredText = Annotated[Text, AfterValidator(_not_blank)]
LEAST_WHY, LEAST_SIGNS = 5, 3
"""So many signs a reason against somebody has at least, and so many different letters among them."""


def _tells_why(text: str) -> str:
    if text and (len(text) < LEAST_WHY or len({sign for sign in text if sign.isalpha()}) < LEAST_SIGNS):
        raise ValueError(f"请写明具体理由，不少于{LEAST_WHY}个字，不能只写数字、标点或重复的字")
    return text


WhyIfAny = Annotated[Text, AfterValidator(_tells_why)]
"""Why something is done against somebody, who is to read it and may answer; may be empty."""
Why = Annotated[WhyIfAny, AfterValidator(_not_blank)]
"""The same where it must be said: 同意, 无 and 1 are none."""
UnitCode = Annotated[str, AfterValidator(_clean), Field(max_length=64, json_schema_extra={"widget": "unit"})]
"""Code of a unit of the jurisdiction."""
UnitCodes = Annotated[tuple[UnitCode, ...], Field(json_schema_extra={"widget": "units"})]
