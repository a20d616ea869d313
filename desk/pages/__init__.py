"""The pages, a module for each place in the navigation. A page is a function from a Visit to a Response."""
