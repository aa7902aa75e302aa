"""Myna for Home Assistant: speech to text, text to speech and answers by the Wyoming protocol.

Wyoming is one line of JSON for each event, then perhaps more JSON, then perhaps sound; see `wire`.
"""
