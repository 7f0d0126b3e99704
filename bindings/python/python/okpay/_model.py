"""What the generated models and sets of texts have in common."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Callable, ClassVar, Dict, FrozenSet, Iterator, Mapping, Optional, Tuple, Type, TypeVar

from ._wire import time_text

if TYPE_CHECKING:
    from typing_extensions import Self, dataclass_transform

    from ._call import Answer
else:

    def dataclass_transform(**_: Any) -> Callable[[Any], Any]:
        return lambda decorated: decorated


_T = TypeVar("_T")


@dataclass_transform(eq_default=True, frozen_default=True, kw_only_default=True)
class Model:
    """A value with named fields, which do not change: printed, compared, hashed, copied, pickled and matched as a dataclass is.

    Written out rather than made by :mod:`dataclasses`, whose import alone takes longer than that of the whole package.
    """

    __slots__ = ("_answer",)
    _fields: ClassVar[Tuple[str, ...]] = ()
    # What never shows up in a log, a traceback or a terminal.
    _secret: ClassVar[FrozenSet[str]] = frozenset()

    if TYPE_CHECKING:

        @classmethod
        def from_dict(cls, data: Mapping[str, Any]) -> Self:
            """Reads the wire form. Fields that this version does not know are left off."""

    @property
    def answer(self) -> Optional[Answer]:
        """The proven answer that this was read from; nothing for a part of a reply, and for copies."""
        return getattr(self, "_answer", None)

    def to_dict(self) -> Dict[str, Any]:
        """Everything in plain values, as it is on the wire."""
        return {name: _plain(getattr(self, name)) for name in self._fields}

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return type(self)(**{**self._values(), **changes})

    __replace__ = replace

    def _values(self) -> Dict[str, Any]:
        return {name: getattr(self, name) for name in self._fields}

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} does not change: make another with replace({name}=…)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} does not change")

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self._fields)

    def __hash__(self) -> int:
        return hash((type(self), tuple(_hashable(getattr(self, name)) for name in self._fields)))

    def __repr__(self) -> str:
        values = (f"{name}={self._shown(name)}" for name in self._fields)
        return f"{type(self).__name__}({', '.join(values)})"

    def _shown(self, name: str) -> str:
        value = getattr(self, name)
        return "'…'" if name in self._secret and value is not None else repr(value)

    def __reduce__(self) -> Tuple[Callable[..., Any], Tuple[Any, ...]]:
        return (_rebuild, (type(self), self._values()))


class _OpenEnumType(type):
    """Lets a set of texts be walked and counted."""

    def __iter__(cls: Type[_T]) -> Iterator[_T]:
        return iter(cls._by_text_.values())  # type: ignore[attr-defined]

    def __len__(cls) -> int:
        return len(cls._by_text_)  # type: ignore[attr-defined]


class OpenEnum(str, metaclass=_OpenEnumType):
    """A text from a set that may grow: what this version does not know stays as it came.

    A value equals its text. No ``enum.Enum``, since a type checker would take a ``match`` over those known today for complete.
    """

    __slots__ = ()
    _texts_: ClassVar[Mapping[str, str]] = {}
    _by_text_: ClassVar[Dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        cls._by_text_ = {}
        for name, text in cls._texts_.items():
            value = str.__new__(cls, text)
            cls._by_text_[text] = value
            setattr(cls, name, value)

    def __new__(cls, text: str) -> Self:
        """The value of a text; the same object each time for one that is known."""
        known = cls._by_text_.get(text)
        return str.__new__(cls, text) if known is None else known

    @property
    def value(self) -> str:
        """The text on the wire."""
        return str(self)

    @property
    def name(self) -> Optional[str]:
        """The name in Python, such as ``SUCCEEDED``; nothing for a value of a later version."""
        return next((name for name, text in self._texts_.items() if text == self), None)

    @property
    def is_known(self) -> bool:
        """Whether this version knows the value."""
        return self in self._by_text_

    def __repr__(self) -> str:
        name = self.name
        return f"{type(self).__name__}({str(self)!r})" if name is None else f"{type(self).__name__}.{name}"

    def __reduce__(self) -> Tuple[Type[Self], Tuple[str]]:
        return (type(self), (str(self),))


def optional(read: Callable[[Any], _T], value: Any) -> Optional[_T]:
    """Reads a value unless there is none."""
    return None if value is None else read(value)


def _plain(value: Any) -> Any:
    if isinstance(value, OpenEnum):
        return str(value)
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in value]
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if not hasattr(value, "to_dict"):
        raise TypeError(f"no field of a model is a {type(value).__name__}: an amount is an okpay.Money")
    return value.to_dict()


def _hashable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _hashable(value[name])) for name in sorted(value))
    return tuple(map(_hashable, value)) if isinstance(value, (list, tuple)) else value


def _rebuild(model: Type[Model], values: Dict[str, Any]) -> Model:
    return model(**values)
