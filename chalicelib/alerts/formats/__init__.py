"""How records are wrapped and spelt on the wire, before anybody asks what they mean."""
