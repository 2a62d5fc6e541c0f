"""What people read and take away: the gradebook, a student's page, the class's page, exports, the terminal.

Reports render results and grades; they never judge. Whatever a student chose (ids, code, answers, outputs) is data
here: escaped, stripped of control characters, and never run. Nothing below this layer imports it, except the command.
"""
