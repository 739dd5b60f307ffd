"""What can be done with alerts: taken in, routed, worked, and their sources looked after."""
