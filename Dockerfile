# The page, built with Node.
FROM node:22-bookworm-slim AS page
WORKDIR /src/web/ui
COPY web/ui/package.json web/ui/package-lock.json web/ui/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY web/ui ./
RUN npm run build

# One static binary with the page inside.
FROM golang:1.26-bookworm AS server
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=page /src/web/ui/dist web/ui/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /kaimen ./cmd/kaimen \
 && mkdir /data

# Nothing but the binary, as an ordinary user; the store lives in the volume.
FROM scratch
COPY --from=server /kaimen /kaimen
COPY --from=server --chown=65532:65532 /data /data
USER 65532:65532
VOLUME /data
EXPOSE 8080
ENV KAIMEN_STORE=/data/kaimen.gpkg KAIMEN_LISTEN=0.0.0.0:8080
ENTRYPOINT ["/kaimen"]
CMD ["serve"]
