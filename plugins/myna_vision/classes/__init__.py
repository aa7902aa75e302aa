"""What a picture shows, among a thousand things, and whether it is fit to be shown."""
