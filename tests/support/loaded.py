"""A program for the tests of the fork server: says which of the modules it is given were loaded before it was forked."""

import sys

print(*(name for name in sys.argv[1:] if sys.modules.get(name)))
