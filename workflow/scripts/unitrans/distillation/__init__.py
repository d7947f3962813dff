"""Teachers make a student: soft labels, votes, what the pool says, and the student's loss.

Source: UniTrans, section 3.4.
"""
