# cmake --install: PREFIX/bin/edgecut, and PREFIX/share/edgecut with what it reads and draws with. cpack: the same as a
# Debian package.
install(TARGETS edgecut RUNTIME DESTINATION bin)
install(DIRECTORY platforms scenarios DESTINATION share/edgecut)
install(DIRECTORY analysis DESTINATION share/edgecut PATTERN __pycache__ EXCLUDE)
install(FILES sim/commands/completion.bash DESTINATION share/bash-completion/completions RENAME edgecut)
install(FILES README.md LICENSE CHANGELOG.md CITATION.cff DESTINATION share/doc/edgecut)
# The pages stand to each other as in the sources, so that their links hold; with what the tutorials use.
install(DIRECTORY docs DESTINATION share/doc/edgecut FILES_MATCHING PATTERN *.md PATTERN *.png PATTERN *.svg PATTERN *.csv
        PATTERN *.onnx PATTERN *.py)
install(FILES results/bandwidth_constrained/latency.png DESTINATION share/doc/edgecut/results/bandwidth_constrained)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME edgecut)
set(CPACK_PACKAGE_CONTACT "The edgecut authors <edgecut@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "simulator of DNN inference split between edge devices and the cloud")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# edgecut plot and report, and external partitioners in Python.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "python3, python3-matplotlib, python3-numpy, python3-pandas, python3-yaml")
include(CPack)
