"""Hostile submissions, one file a row of the attack bank; ``test_attacks.py`` grades them in one class with honest students.

Each module says what is handed in and what must become of it:

``ANSWERS``  exercise name to the text in place of its solution cell; the other exercises are the worked solution.
``EXTRA``    text of a cell of the student's own, put before the first exercise (optional).
``edit``     a function that changes the notebook's JSON before it is handed in (optional).
``LOSES``    exercises that must get less than full marks; all others must get full marks.
``OUTCOME``  exercise to an outcome that at least one of its checks must have (optional).
``FLAGS``    kinds of flag the result must carry (optional).

Code that reaches something prints BREACH and what it got. Code that should try and fail prints TRIED when it is through, which
must be seen (``TRIES = True``). Words in @...@ are replaced by the test: see ``test_attacks.py``.
"""
