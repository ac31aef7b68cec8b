from .adjudication import adjudicate as adjudicate
from .adjudication import disagreements as disagreements
from .adjudication import gold as gold
from .adjudication import read_codes as read_codes
from .blinding import blind as blind
from .blinding import mask as mask
from .coder import Coder as Coder
from .coder import read_guide as read_guide
from .exchange import label_studio_interface as label_studio_interface
from .exchange import read_doccano as read_doccano
from .exchange import read_inception as read_inception
from .exchange import read_label_studio as read_label_studio
from .exchange import write_doccano as write_doccano
from .exchange import write_inception as write_inception
from .exchange import write_label_studio as write_label_studio
from .reliability import agreement as agreement
from .reliability import confusion as confusion
from .sampling import draw as draw
from .sampling import units as units
from .sampling import within as within
from .sheets import read_sheet as read_sheet
from .sheets import write_sheet as write_sheet

__all__ = [
    "Coder",
    "adjudicate",
    "agreement",
    "blind",
    "confusion",
    "disagreements",
    "draw",
    "gold",
    "label_studio_interface",
    "mask",
    "read_codes",
    "read_doccano",
    "read_guide",
    "read_inception",
    "read_label_studio",
    "read_sheet",
    "units",
    "within",
    "write_doccano",
    "write_inception",
    "write_label_studio",
    "write_sheet",
]
