from .concordance import kwic as kwic
from .frames.policy import policy_frames as policy_frames
from .marked import show as show
from .notes import Notes as Notes
from .notes import annotate as annotate
from .spacy_components import pipeline as pipeline

__all__ = ["Notes", "annotate", "kwic", "pipeline", "policy_frames", "show"]
