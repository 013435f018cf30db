# The Go version is the one of go.mod; .ci/run compares them.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The same source gives the same bytes: no path of this machine, no state of a repository.
RUN CGO_ENABLED=0 go build -tags nomsgpack -trimpath -buildvcs=false -ldflags '-s -w' -o /out/trackbot . \
    && mkdir -m 0700 /out/data

# Certificates, time zones, a user without rights, and nothing to run but the bot.
FROM gcr.io/distroless/static:nonroot
COPY --from=build /out/trackbot /trackbot
COPY --from=build --chown=65532:65532 /out/data /data
# By number, so that Kubernetes can see that it isn't root.
USER 65532:65532
ENV DATA_DIR=/data
# Below the 256 MB of the examples: what is no longer used is freed before that.
ENV GOMEMLIMIT=200MiB
# The SQLite database; a local disk, and one container at a time. Unused with DATABASE_URL.
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/trackbot", "health"]
ENTRYPOINT ["/trackbot"]
CMD ["serve"]
