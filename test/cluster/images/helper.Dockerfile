# The image of the servers and apps of the suite, for clusters whose images come from a container engine:
#
#   docker build --tag sidecar-injector-helper:local --file test/cluster/images/helper.Dockerfile .
#   kind load docker-image sidecar-injector-helper:local
#   export SIDECAR_INJECTOR_TEST_HELPER_IMAGE=sidecar-injector-helper:local
FROM node:24-bookworm-slim
COPY test/cluster/images/helper-packages.txt /tmp/
RUN apt-get update \
  && xargs apt-get install --yes --no-install-recommends < /tmp/helper-packages.txt \
  && rm -rf /var/lib/apt/lists/*
