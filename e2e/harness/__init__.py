"""What the end-to-end tests stand on: real processes, started and ended here."""
