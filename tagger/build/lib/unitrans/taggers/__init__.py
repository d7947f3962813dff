"""The tagger: its model, training, predictions and decoding; and the three teachers.

Source: UniTrans, sections 3.2 and 3.3.
"""
