// Checks the Istio resources on stdin, a JSON list, against the schemas of Istio's CRDs.
// Prints one line for each that does not fit.
import { readFileSync } from "node:fs";
import * as extensions from "@kubernetes-models/istio/extensions.istio.io/v1alpha1";
import * as networking from "@kubernetes-models/istio/networking.istio.io/v1";
import * as networkingAlpha from "@kubernetes-models/istio/networking.istio.io/v1alpha3";

const kinds = {
  "extensions.istio.io/v1alpha1": extensions,
  "networking.istio.io/v1": networking,
  "networking.istio.io/v1alpha3": networkingAlpha,
};

for (const resource of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const Kind = kinds[resource.apiVersion][resource.kind];
    new Kind(resource).validate();
  } catch (error) {
    console.log(`${resource.kind} ${resource.metadata?.name}: ${error.message}`);
  }
}
