"""UniTrans: named-entity tagging for a language without labelled data.

The modules follow a sentence on its way: ``formats`` and ``rawtext`` bring corpora in,
``corpus`` and ``tags`` define what a sentence and a tag set are, ``encoder`` prepares the
pretrained model, ``dictionary``, ``translation`` and ``projection`` make labelled target
text, ``features``, ``tagger``, ``training`` and ``prediction`` train and apply taggers,
``distillation`` joins three teachers into a student, ``scoring`` says how good they are.

Source: Wu et al., "UniTrans: Unifying Model Transfer and Data Transfer for Cross-Lingual
Named Entity Recognition with Unlabeled Data", IJCAI 2020 (arXiv 2007.07683).
"""
