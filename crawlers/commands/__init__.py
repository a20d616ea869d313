"""Commands of the `scrapy` program in this project."""
