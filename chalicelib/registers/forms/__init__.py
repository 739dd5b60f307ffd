"""Forms made of definitions, and the forms with which definitions are changed on screen."""
