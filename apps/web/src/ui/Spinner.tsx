/** A small sign that something is under way; words beside it say what. */
import './spinner.css'

export function Spinner() {
  return <span className="spinner" aria-hidden="true" />
}
