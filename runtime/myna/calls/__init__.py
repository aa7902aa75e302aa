"""Calls of tools in what a model writes: read in the style of its chat template, passed on in one form.

Inside Myna a call is text, `<tool_call>{"name":"clock","arguments":{...}}</tool_call>`, as in `written.py`, so that the
filters of an answer review it like all else. Of the strings in its arguments, only quotes and backslashes are escaped:
a filter reads what the tool will.
"""
