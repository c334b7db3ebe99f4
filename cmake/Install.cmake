# What 'cmake --install' lays, and where a Debian host expects it.
