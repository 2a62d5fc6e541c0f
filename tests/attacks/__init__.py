"""Hostile submissions, one file a row of the attack bank; ``test_attacks.py`` grades them in one class with honest students.

``row_NN_*`` are the bank's rows, ``other_*`` are attacks beyond it. Each module's docstring says what it tries, and what
comes of it. A module says what is handed in, by any of

``ANSWERS``      exercise name to the text in place of its solution cell; the other exercises are the worked solution.
``edit``         function of the notebook's JSON, which it changes before it is handed in.
``beside``       function of the folder that holds the notebook: puts more files there.
``submissions``  function of the folder ``submitted/`` and the worked notebook's text: hands in for further students, and
                 gives each one's id and a part of the reason for which it is refused; "" where it is not.
``during``       function of the notebook's path: one step of what is done again and again while the class is graded.

and what must become of it:

``LOSES``        exercises that must get less than full marks; all others must get full marks. ``LOSES_B`` in its place
                 on tier B, ``LOSES_ONE_OF`` where it depends on chance.
``OUTCOME``      exercise to an outcome that at least one of its checks must have.
``FLAGS``        kinds of flag that the result must carry; of ``FLAGS_ONE_OF``, one at least. ``FLAGS_B`` on tier B.
``TRIES``        the code prints TRIED when it is through, which must be seen.
``check``        function of the graded class and the row's own student id: asserts what else must hold.

``submissions``, ``beside`` and ``during`` get the words of the test as their last argument. Code that reaches something
prints BREACH and what it got. Words in @...@ in the answers are replaced by the test: see ``test_attacks.py``.
"""
