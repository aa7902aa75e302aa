"""Sound files: what goes out (WAV, FLAC, plain samples), and transcripts as subtitles."""
