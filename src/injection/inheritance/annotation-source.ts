/** Annotations that count for a pod as if it carried them, where it has not said otherwise. */
export interface AnnotationSource {
  /** As messages and the status name it: `namespace shop`, or `rule 2` of the configuration, counted from 1. */
  readonly from: string;
  readonly annotations: Readonly<Record<string, string>>;
}
