// Shows this server's own document. The validator is a service elsewhere: nothing is sent there.
SwaggerUIBundle({
  url: "/api/v1/spec",
  dom_id: "#reference",
  deepLinking: true,
  docExpansion: "list",
  filter: true,
  defaultModelRendering: "model",
  defaultModelExpandDepth: 2,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
