"""`scrapy crawl NAME`: what is read where. The loop that they share is `crawlers.spider`."""
