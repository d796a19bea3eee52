"""外发: notices leave the house by e-mail and by text message, for officials who say so."""
