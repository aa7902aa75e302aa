"""Speech to text: Whisper, voice activity and turn end, in workers."""
