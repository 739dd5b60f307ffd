"""What each kind of part asks, and how its answers are kept (rows 2.3 and 2.8 to 2.21)."""

from collections.abc import Mapping

from chalicelib.incidents.forms.parts.base import Around, PartForm
from chalicelib.incidents.forms.parts.contacts import FamilyForm, ReferralForm, SupportForm
from chalicelib.incidents.forms.parts.devices import CustodyForm, DeviceForm, ShownForm
from chalicelib.incidents.forms.parts.investigation import CheckedForm, InvestigatorsForm
from chalicelib.incidents.forms.parts.team import DebriefForm, ListedForm, PrivateForm, TaskForm
from chalicelib.incidents.model.parts import Kind

FORMS: Mapping[Kind, type[PartForm]] = {
    Kind.TASK: TaskForm,
    Kind.REFERRAL: ReferralForm,
    Kind.FAMILY: FamilyForm,
    Kind.SUPPORT: SupportForm,
    Kind.INVESTIGATORS: InvestigatorsForm,
    Kind.CHECKED: CheckedForm,
    Kind.DEVICE: DeviceForm,
    Kind.CUSTODY: CustodyForm,
    Kind.SHOWN: ShownForm,
    Kind.LISTED: ListedForm,
    Kind.DEBRIEF: DebriefForm,
    Kind.PRIVATE: PrivateForm,
}

__all__ = ["FORMS", "Around", "PartForm"]
