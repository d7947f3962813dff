from unitrans.tagging.tagger import Entity as Entity
from unitrans.tagging.tagger import Tagger as Tagger
