"""`python -m tallystick`: the same as the command `tallystick`."""

from tallystick.interfaces.cli.main import main

if __name__ == "__main__":
    main()
