"""What calls give and take: every model and every set of texts of the API."""

from ._generated.models import *  # noqa: F403
from ._generated.models import __all__ as __all__
from ._model import Model as Model
from ._model import OpenEnum as OpenEnum
