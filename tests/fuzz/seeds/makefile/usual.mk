CC ?= cc
X := $(shell node -p 1)
FILES = $(wildcard *.c) $(patsubst %.c,%.o,a.c)
include common.mk
.PHONY: all clean
all: build $(FILES)
	@node b.js $@ && \
	  sh c.sh
build: ; sh b.sh
%.o: %.c
	$(CC) -c $< -o $@
ifdef DEBUG
all:: debug
endif
define TEXT
node x.js
endef
clean:
	-rm -f *.o
	$(MAKE) -C sub clean
