"""What each command takes, in Chinese. Nothing heavy is imported until a command runs."""
